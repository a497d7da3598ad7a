// SPDX-License-Identifier: Apache-2.0
// Which view is shown: of which question, which step of it, and beside which other one.
"use strict";

function groupsOf(views) {
  const groups = new Map();
  for (const view of views) {
    const key = view.group || view;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(view);
  }
  return [...groups.values()];
}

// Fills the controls; `show` is called with one view, or with two that are compared. Returns what chooses a view.
function viewControls(page, show) {
  const groups = groupsOf(page.views);
  const select = document.getElementById("view"), steps = document.getElementById("steps");
  const compare = document.getElementById("compare"), other = document.getElementById("other");
  let group = groups[0], view = group[0], beside = null;

  const tell = () => {
    const title = beside ? `${view.title} | ${beside.title}` : view.title;
    document.getElementById("view-title").textContent = page.views.length > 1 ? title : "";
    show(beside ? [view, beside] : [view]);
  };
  const fillOthers = () => {
    other.replaceChildren();
    for (const each of group) {
      if (each !== view) other.append(optionFor(each, group, beside));
    }
  };
  const chooseStep = (next) => {
    if (beside === next) beside = view;
    view = next;
    fillOthers();
    tell();
  };
  const chooseGroup = (next) => {
    group = next;
    view = group[0];
    beside = null;
    compare.checked = false;
    other.disabled = true;
    for (const part of ["stepping", "comparing"]) document.getElementById(part).hidden = group.length < 2;
    fillSteps(steps, group, chooseStep);
    fillOthers();
    tell();
  };

  groups.forEach((each, at) => select.append(new Option(each.length > 1 ? each[0].group : each[0].title, at)));
  document.getElementById("viewing").hidden = groups.length < 2;
  select.addEventListener("change", () => chooseGroup(groups[select.value]));
  compare.addEventListener("change", () => {
    other.disabled = !compare.checked;
    beside = compare.checked ? group[other.value] : null;
    tell();
  });
  other.addEventListener("change", () => {
    beside = group[other.value];
    tell();
  });
  chooseGroup(group);
  return (next) => {
    const at = groups.findIndex((each) => each.includes(next));
    select.value = at;
    chooseGroup(groups[at]);
    if (next !== view) steps.querySelectorAll("input")[group.indexOf(next)].click();
  };
}

function optionFor(view, group, chosen) {
  const option = new Option(view.step || view.title, group.indexOf(view));
  option.selected = view === chosen;
  return option;
}

function fillSteps(place, group, choose) {
  place.replaceChildren();
  group.forEach((view, at) => {
    const label = element("label", undefined, place), radio = element("input", undefined, label);
    radio.type = "radio";
    radio.name = "step";
    radio.checked = at === 0;
    radio.addEventListener("change", () => choose(view));
    element("bdi", view.step || view.title, label);
  });
}
