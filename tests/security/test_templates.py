"""What a record says is escaped in every page and print format that a site renders."""

import pytest

from tests.security.templates import templates, unescaped

EXCEPTIONS = {
	"templates/ci_label.html:3": "a picture of ours",
	"templates/ci_label_sheet.html:2": "the language of the user, from a list",
	"www/ci.html:26": "a constant",
	"plant_cmdb/print_format/plant_assessment_report/plant_assessment_report.json:4": "Frappe's letter head",
	"plant_cmdb/print_format/plant_assessment_report/plant_assessment_report.json:72": "a Text Editor, which"
	" Frappe cleans when it is saved",
	"plant_cmdb/print_format/plant_assessment_report/plant_assessment_report.json:85": "one of our words",
	"plant_costs/print_format/line_cost_review_page/line_cost_review_page.json:8": "Frappe's letter head",
	"plant_costs/print_format/showback_page/showback_page.json:10": "Frappe's letter head",
	"plant_costs/print_format/showback_page/showback_page.json:28": "one of our colours",
	"plant_costs/print_format/showback_page/showback_page.json:33": "one of our colours",
	"plant_maintenance/print_format/refresh_or_maintain_sheet/refresh_or_maintain_sheet.json:1": "a macro for"
	" figures",
	"plant_maintenance/print_format/refresh_or_maintain_sheet/refresh_or_maintain_sheet.json:2": "Frappe's"
	" letter head",
}


def test_there_are_templates_to_look_at():
	assert len(list(templates())) >= 7


def test_nothing_else_puts_a_text_into_a_page_as_it_is():
	found = {f"{name}:{line}": str(node) for name, source in templates() for line, node in unescaped(source)}
	assert {place: node for place, node in found.items() if place not in EXCEPTIONS} == {}
	assert set(EXCEPTIONS) - set(found) == set()


@pytest.mark.parametrize(
	"planted",
	[
		"{{ doc.title }}",
		"{{ doc.title | upper }}",
		"{{ doc.title | safe }}",
		"{{ doc.title or '' }}",
		"{{ doc.get_formatted('title') }}",
		"{{ _('Line {0}').format(doc.title) }}",
		"{% for row in doc.lines %}{{ row.production_line if row else '' }}{% endfor %}",
	],
)
def test_a_text_that_is_not_escaped_is_found(planted):
	assert list(unescaped(planted))


@pytest.mark.parametrize("planted", ["{{ doc.title | e }}", "{{ _('Line') }}", "{{ doc.units_per_shift }}"])
def test_what_is_harmless_is_let_pass(planted):
	assert list(unescaped(planted)) == []
