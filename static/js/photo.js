// The pictures of the editor. On one that is chosen, parts to blur are marked: by dragging, or with the keys. On that
// one and on the one that is there, a click or the arrow keys set the point that stays in sight. The fields beside them
// have both as numbers, in per cent, and are what the server reads. Nothing is sent before the form.

const GRIP = 2; // per cent that an arrow key moves
const CLICK = 1; // per cent that a pointer may move in a click

const STEPS = { ArrowLeft: [0, -GRIP], ArrowRight: [0, GRIP], ArrowUp: [1, -GRIP], ArrowDown: [1, GRIP] };

const within = (number, most = 100) => Math.min(Math.max(number, 0), most);

// Where a pointer is on an element, in per cent from its left and from its top.
function at(event, element) {
  const frame = element.getBoundingClientRect();
  return [within((event.clientX - frame.left) / frame.width * 100), within((event.clientY - frame.top) / frame.height * 100)];
}

// The two fields of the point, if the thing has one.
function pointOf(part) {
  const fields = [...part.querySelectorAll(".point input")];
  if (fields.length !== 2) return null;
  return {
    fields,
    get: () => (fields.every((field) => field.value !== "") ? fields.map((field) => within(Number(field.value))) : null),
    set: (numbers) => {
      fields.forEach((field, place) => { field.value = Math.round(numbers[place]); });
      fields[0].dispatchEvent(new Event("input", { bubbles: true }));
    },
  };
}

// The picture that is there: a mark over it shows the point.
function showPoint(pad, point) {
  const mark = document.createElement("span");
  mark.className = "focus-mark";
  pad.append(mark);
  pad.tabIndex = 0;
  pad.setAttribute("role", "application");
  pad.setAttribute("aria-label", pad.dataset.label);
  pad.classList.add("focus-pad-on");

  function place() {
    const numbers = point.get();
    mark.hidden = !numbers;
    if (numbers) [mark.style.left, mark.style.top] = numbers.map((number) => `${number}%`);
  }

  pad.addEventListener("click", (event) => point.set(at(event, pad)));
  pad.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const numbers = point.get() || [50, 50];
    numbers[step[0]] = within(numbers[step[0]] + step[1]);
    point.set(numbers);
  });
  point.fields.forEach((field) => field.addEventListener("input", place));
  place();
}

// The picture that is chosen.
function showChosen(part, point) {
  const [input, field, canvas] = ["input[type=file]", "textarea", "canvas"].map((what) => part.querySelector(what));
  const tools = canvas.parentElement;
  let picture = null;
  let start = null; // where a drag began

  function boxes() {
    return field.value.split("\n").map((line) => line.trim().split(/\s+/u).map((text) => Number(text.replace(",", "."))))
      .filter((box) => box.length === 4 && box.every(Number.isFinite));
  }

  function write(list) {
    field.value = list.map((box) => box.map((number) => Math.round(number * 10) / 10).join(" ")).join("\n");
    draw();
  }

  function pixels([x, y]) {
    return [x * canvas.width / 100, y * canvas.height / 100];
  }

  function draw(extra = []) {
    if (!picture) return;
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    pen.lineWidth = 2;
    pen.strokeStyle = "white";
    pen.fillStyle = "rgb(0 0 0 / 60%)";
    for (const [left, top, width, height] of [...boxes(), ...extra]) {
      const place = [...pixels([left, top]), ...pixels([width, height])];
      pen.fillRect(...place);
      pen.strokeRect(...place);
    }
    if (point?.get()) drawPoint(pen, pixels(point.get()));
  }

  function drawPoint(pen, [x, y]) {
    for (const [colour, width] of [["black", 7], ["white", 3]]) {
      pen.beginPath();
      pen.arc(x, y, 14, 0, 2 * Math.PI);
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  function between([x, y], [left, top]) {
    return [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)];
  }

  async function chosen() {
    const file = input.files[0];
    picture = null;
    tools.hidden = true;
    if (!file || file.size > Number(input.dataset.most)) return; // upload.js says so
    try {
      picture = await createImageBitmap(file); // upright, as the server turns it
    } catch {
      return; // the server says what is wrong with it
    }
    canvas.width = Math.min(picture.width, 900);
    canvas.height = Math.round(canvas.width * picture.height / picture.width);
    tools.hidden = false;
    draw();
  }

  function key(event) {
    const list = boxes();
    const box = list.at(-1);
    const step = STEPS[event.key];
    if (event.key === "Enter") list.push([40, 40, 20, 20]);
    else if (event.key === "Delete" || event.key === "Backspace") list.pop();
    else if (step && box) {
      const [axis, by] = step;
      if (event.shiftKey) box[axis + 2] = Math.min(Math.max(box[axis + 2] + by, GRIP), 100 - box[axis]);
      else box[axis] = within(box[axis] + by, 100 - box[axis + 2]);
    } else return;
    event.preventDefault();
    write(list);
  }

  function released(event) {
    const box = start && between(start, at(event, canvas));
    start = null;
    if (box && box[2] >= CLICK && box[3] >= CLICK) write([...boxes(), box]);
    else if (box && point && Math.max(box[2], box[3]) < CLICK) point.set(at(event, canvas));
    else draw();
  }

  input.addEventListener("change", chosen);
  field.addEventListener("input", () => draw());
  point?.fields.forEach((one) => one.addEventListener("input", () => draw()));
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("pointerdown", (event) => {
    start = at(event, canvas);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => { if (start) draw([between(start, at(event, canvas))]); });
  canvas.addEventListener("pointerup", released);
  canvas.addEventListener("pointercancel", () => {
    start = null;
    draw();
  });
}

document.querySelectorAll(".pictures").forEach((part) => {
  const point = pointOf(part);
  const drawn = [...part.querySelectorAll(".new-picture")].filter((one) => one.querySelector("canvas"));
  drawn.forEach((one) => showChosen(one, point));
  // Of several pictures, as on the front page, the first is the one with a point.
  const pad = part.querySelector(".focus-pad[data-point]");
  if (pad && point) showPoint(pad, point);
});
