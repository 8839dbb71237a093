"""Entry of the command `plant-itsm`: says what is missing where only the Frappe edition is installed."""

import sys


def main() -> None:
	try:
		from plant_itsm.cli import main as run
	except ModuleNotFoundError as error:
		if (error.name or "").startswith("plant_itsm"):
			raise
		sys.exit(
			f"plant-itsm, the embedded edition, needs {error.name}: pip install 'plant_itsm[embedded]'."
			" On a bench use: bench --site SITE plant-itsm"
		)
	run()


if __name__ == "__main__":
	main()
