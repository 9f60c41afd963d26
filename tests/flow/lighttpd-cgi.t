#!/usr/bin/python3
# Every case of cases/ through this web server; see run.py.
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
sys.dont_write_bytecode = True
import run

sys.exit(run.main("lighttpd-cgi"))
