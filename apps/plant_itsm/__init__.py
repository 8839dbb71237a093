"""plant_itsm: the ITSM of a factory on Frappe Helpdesk and ERPNext."""

__version__ = "0.1.0"
