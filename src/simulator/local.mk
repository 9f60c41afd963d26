# The stand-in for the platforms: knows core, and the platforms' documentation, and nothing of Deskbell's clients.
if SIMULATOR
noinst_PROGRAMS += deskbell-simulator
endif
