"""The command line of a program for developers."""

import argparse


def parser(doc, **options):
	"""Its first paragraph describes it in --help."""
	return argparse.ArgumentParser(description=" ".join(doc.strip().split("\n\n")[0].split()), **options)
