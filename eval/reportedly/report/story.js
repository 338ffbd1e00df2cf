"use strict";
function open() {
  const at = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (at && at.tagName === "DETAILS") {
    at.open = true;
    at.scrollIntoView();
  }
}
addEventListener("hashchange", open);
open();
