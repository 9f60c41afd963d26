#!/usr/bin/python3
# Shared hosting, where the server's configuration is somebody else's: what depends on it through .htaccess; see run.py.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import run

sys.exit(run.main("apache-htaccess", ["signature", "verification", "body", "route", "answer-skill"]))
