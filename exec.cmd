@rem Windows has no exec: npm finds this one in its place, and runs what follows.
@%*
