"""What the tests start the real stack with: PostgreSQL, web servers, the sender, the simulator, and how results are
told (TAP).
"""
