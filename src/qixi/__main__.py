"""Lets `python -m qixi` run the command."""

from qixi.cli import main

if __name__ == "__main__":
    main()
