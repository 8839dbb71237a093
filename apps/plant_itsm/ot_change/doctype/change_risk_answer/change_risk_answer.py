from plant_itsm.frappe_site.child_rows import OwnedRow


class ChangeRiskAnswer(OwnedRow):
	pass
