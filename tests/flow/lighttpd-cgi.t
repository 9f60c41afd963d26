#!/usr/bin/python3
# What depends on the web server, from cases/ through this web server; see run.py.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import run

sys.exit(run.main("lighttpd-cgi", run.OF_THE_SERVER))
