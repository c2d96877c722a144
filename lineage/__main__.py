"""`python -m lineage`: the command line."""

from lineage.cli import process

if __name__ == "__main__":
    process()
