"use strict";

// Shows the errors of one kind only. Without it all are shown, and no choice.
const choice = document.getElementById("kind");

if (choice) {
  const errors = [...document.querySelectorAll("#list > li")];

  const show = () => {
    for (const error of errors) {
      error.hidden = choice.value !== "" && error.dataset.kind !== choice.value;
    }
    const number = errors.filter((error) => !error.hidden).length;
    document.getElementById("shown").textContent = `${number} shown`;
  };

  choice.addEventListener("change", show);
  document.getElementById("filter").hidden = false;
  show(); // a browser may keep the choice when the page is loaded again
}
