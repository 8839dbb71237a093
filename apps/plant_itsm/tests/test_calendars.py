"""The holidays of ERPNext in the shift calendar of a line."""

from datetime import date, datetime, time, timedelta
from unittest import skipUnless
from zoneinfo import ZoneInfo

import frappe

from plant_itsm.custom_fields import ERPNEXT
from plant_itsm.services.calendars import HOLIDAY_LIST, calendar_of
from plant_itsm.tests.site_case import PlantCase

BERLIN = ZoneInfo("Europe/Berlin")
CHRISTMAS, SUNDAY = date(2026, 12, 25), date(2026, 12, 27)
SHIFT = {"shift_name": "Early", "start_time": time(6), "end_time": time(14)}


class TestHolidays(PlantCase):
	def _list(self, *days):
		values = {
			"holiday_list_name": self.named("Holidays"),
			"from_date": "2026-01-01",
			"to_date": "2026-12-31",
		}
		rows = [{"holiday_date": day, "description": "x", "weekly_off": int(day == SUNDAY)} for day in days]
		return frappe.get_doc({"doctype": "Holiday List", **values, "holidays": rows})

	def _hours(self, line, day):
		start = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
		return calendar_of(self.records, line).planned_seconds(start, start + timedelta(days=1)) / 3600

	@skipUnless(ERPNEXT in frappe.get_installed_apps(), "a Holiday List is a record of ERPNext")
	def test_no_line_of_the_site_works_on_a_holiday_unless_an_exception_says_so(self):
		early, around_the_clock = self.plant.line("Early", shifts=[SHIFT]), self.plant.line("All day")
		name = self._list(CHRISTMAS, SUNDAY).insert().name
		self.addCleanup(frappe.delete_doc, "Holiday List", name, force=True)
		self.records.update("Plant Site", self.plant.site, {HOLIDAY_LIST: name})
		for line, usual in ((early, 8), (around_the_clock, 24)):
			hours = [self._hours(line, CHRISTMAS + timedelta(days=days)) for days in (-1, 0, 1, 2)]
			self.assertEqual(hours, [usual, 0, usual, usual], "weekly offs are the business of the shifts")
		extra = {"plant_site": self.plant.site, "production_line": early, "day": CHRISTMAS, "closed": False}
		self.records.insert("Calendar Exception", {**extra, "start_time": time(6), "end_time": time(10)})
		self.assertEqual([self._hours(line, CHRISTMAS) for line in (early, around_the_clock)], [4, 0])

	@skipUnless(ERPNEXT in frappe.get_installed_apps(), "a Holiday List is a record of ERPNext")
	def test_a_day_stands_once_in_a_holiday_list(self):
		with self.assertRaisesRegex(frappe.ValidationError, "25"):
			self._list(CHRISTMAS, CHRISTMAS).insert()
