"""``python -m medai_extract`` is the command line."""

from medai_extract.cli.main import main

if __name__ == "__main__":
    main()
