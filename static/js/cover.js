/* Draws boxes on a page that hides parts: two taps or a drag make one, the numbers in the list change it. */
(() => {
  "use strict";
  const root = document.getElementById("boxes");
  const list = document.getElementById("list");
  const more = document.getElementById("more");
  const said = document.getElementById("said");
  if (!root || !list || !window.PointerEvent) return;
  const svg = root.querySelector("svg");
  const mould = document.getElementById("mould").content.firstElementChild;
  const names = ["l", "t", "w", "h"];
  const sides = ["x", "y", "width", "height"];
  let corner = null; // set by a tap: the next one is the corner across from it
  let pressed = null; // where the pointer went down

  const tell = (what) => { said.textContent = said.dataset[what] || ""; };
  const numbers = (box) => names.map((name) => box.querySelector(`[name=${name}]`).value);
  const rect = (values, look) => {
    const drawn = document.createElementNS(svg.namespaceURI, "rect");
    sides.forEach((side, place) => drawn.setAttribute(side, Math.max(0, Number(values[place]) || 0)));
    if (look) drawn.classList.add(look);
    return drawn;
  };
  const draw = (moving) => {
    const made = [...list.children].map((box) => rect(numbers(box)));
    if (corner) made.push(rect([corner.x - 1, corner.y - 0.5, 2, 1], "first"));
    if (moving) made.push(rect(moving));
    svg.replaceChildren(...made);
    [...list.children].forEach((box, place) => { box.querySelector("legend span").textContent = place + 1; });
  };
  const ready = (box) => {
    const remove = box.querySelector("button");
    remove.hidden = false;
    remove.addEventListener("click", () => {
      box.remove();
      draw();
      tell("gone");
      more.focus();
    });
    return box;
  };
  const add = (values) => {
    const box = ready(mould.cloneNode(true));
    list.append(box);
    names.forEach((name, place) => { box.querySelector(`[name=${name}]`).value = values[place]; });
    draw();
    tell("made");
    return box;
  };
  const at = (event) => {
    const place = svg.getBoundingClientRect();
    const part = (now, from, size) => Math.min(100, Math.max(0, ((now - from) / size) * 100));
    return { x: part(event.clientX, place.left, place.width), y: part(event.clientY, place.top, place.height) };
  };
  // outwards to a tenth of a per cent, so that nothing that was chosen stays out
  const between = (one, other) => {
    const low = ["x", "y"].map((side) => Math.floor(Math.min(one[side], other[side]) * 10) / 10);
    const high = ["x", "y"].map((side) => Math.ceil(Math.max(one[side], other[side]) * 10) / 10);
    return [...low, ...low.map((from, place) => Math.max(0.1, Math.min(100, high[place]) - from).toFixed(1))];
  };
  const far = (one, other) => Math.abs(one.x - other.x) > 2 || Math.abs(one.y - other.y) > 1;

  root.classList.add("drawn");
  more.hidden = false;
  for (const box of [...list.children]) {
    if (numbers(box).some(Boolean)) ready(box);
    else box.remove();
  }
  draw();
  list.addEventListener("input", () => draw());
  more.addEventListener("click", () => add([40, 40, 20, 20]).querySelector("input").focus());
  root.querySelector("img").addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    pressed = at(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => { if (pressed) draw(between(pressed, at(event))); });
  svg.addEventListener("pointercancel", () => { pressed = null; draw(); }); // the page is being scrolled
  svg.addEventListener("pointerup", (event) => {
    if (!pressed) return;
    const here = at(event);
    const from = far(pressed, here) ? pressed : corner;
    pressed = null;
    corner = from ? null : here;
    if (from) add(between(from, here));
    else { draw(); tell("first"); }
  });
})();
