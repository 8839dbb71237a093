"""Plant Now, for those who must act."""

from __future__ import annotations

from selenium.webdriver.common.keys import Keys

LINE = ".plant-now-line[aria-label='Assembly Line 3']"
ACKNOWLEDGE = f"{LINE} [data-act=acknowledge]"


def test_a_stopped_line_tells_since_when_its_money_and_who_and_is_acknowledged_without_a_mouse(browser, site):
	browser.log_in(site.person("Production Manager"), site.password)
	browser.open("/app/plant-now", f"{LINE} [data-money]")
	browser.wait_for_text(f"{LINE} [data-since]", ":")
	told = browser.text(LINE)
	assert "Stopped" in told
	assert "per hour" in told
	assert "nobody yet" in told
	browser.tab_to(ACKNOWLEDGE)
	browser.send_key(Keys.ENTER)
	browser.wait_until_gone(ACKNOWLEDGE)
	told = browser.text(LINE)
	assert "Acknowledged" in told
	assert "nobody yet" not in told
	assert browser.errors() == []


def test_the_wall_screen_is_left_with_escape_and_other_keys_stay_the_desks(browser):
	browser.open("/app/plant-now?wall=1", LINE)
	assert not browser.is_shown(".page-head")
	browser.send_key(Keys.ESCAPE)
	browser.wait(".page-head")
	browser.tab_to("input[data-fieldname=plant_area]")
	browser.send_key("F")
	assert browser.run("return document.activeElement.value") == "F"
