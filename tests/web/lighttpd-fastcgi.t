#!/usr/bin/python3
# The desk request by request through this web server; see desk.py.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import desk

sys.exit(desk.main("lighttpd-fastcgi"))
