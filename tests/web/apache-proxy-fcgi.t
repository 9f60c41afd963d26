#!/usr/bin/python3
# What of the desk depends on the web server, request by request through this one; see desk.py.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import desk

sys.exit(desk.main("apache-proxy-fcgi", desk.OF_THE_SERVER))
