"""Tests of the command; a package, because other rooms have tests of the same names."""
