from plant_itsm.frappe_site.child_rows import OwnedRow


class ChangeEmergencyRole(OwnedRow):
	pass
