// A picture that is chosen is shown, and parts to blur are marked on it: by dragging, or with the keys. The field
// under it has the rectangles as numbers, in per cent, and is what the server reads. Nothing is sent before the form.

const GRIP = 2; // per cent that an arrow key moves

document.querySelectorAll("[data-blur]").forEach((part) => {
  const [input, field, canvas] = ["input[type=file]", "textarea[name=blur]", "canvas"].map((what) => part.querySelector(what));
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

  function draw(extra = []) {
    if (!picture) return;
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const [left, top, width, height] of [...boxes(), ...extra]) {
      const place = [left * canvas.width, top * canvas.height, width * canvas.width, height * canvas.height].map((n) => n / 100);
      pen.fillStyle = "rgb(0 0 0 / 60%)";
      pen.fillRect(...place);
      pen.lineWidth = 2;
      pen.strokeStyle = "white";
      pen.strokeRect(...place);
    }
  }

  function at(event) {
    const frame = canvas.getBoundingClientRect();
    const within = (value) => Math.min(Math.max(value * 100, 0), 100);
    return [within((event.clientX - frame.left) / frame.width), within((event.clientY - frame.top) / frame.height)];
  }

  function between([x, y], [left, top]) {
    return [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)];
  }

  async function chosen() {
    const file = input.files[0];
    input.setCustomValidity(file && file.size > Number(part.dataset.most) ? part.dataset.large : "");
    picture = null;
    tools.hidden = true;
    if (!file || !input.reportValidity()) return;
    try {
      picture = await createImageBitmap(file); // upright, as the server turns it
    } catch {
      return; // the server says what is wrong with it
    }
    canvas.width = Math.min(picture.width, 900);
    canvas.height = Math.round((canvas.width * picture.height) / picture.width);
    tools.hidden = false;
    draw();
  }

  function key(event) {
    const list = boxes();
    const box = list.at(-1);
    const step = { ArrowLeft: [0, -GRIP], ArrowRight: [0, GRIP], ArrowUp: [1, -GRIP], ArrowDown: [1, GRIP] }[event.key];
    if (event.key === "Enter") list.push([40, 40, 20, 20]);
    else if (event.key === "Delete" || event.key === "Backspace") list.pop();
    else if (step && box) {
      const [axis, by] = step;
      if (event.shiftKey) box[axis + 2] = Math.min(Math.max(box[axis + 2] + by, GRIP), 100 - box[axis]);
      else box[axis] = Math.min(Math.max(box[axis] + by, 0), 100 - box[axis + 2]);
    } else return;
    event.preventDefault();
    write(list);
  }

  input.addEventListener("change", chosen);
  field.addEventListener("input", () => draw());
  canvas.addEventListener("keydown", key);
  canvas.addEventListener("pointerdown", (event) => {
    start = at(event);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => { if (start) draw([between(start, at(event))]); });
  canvas.addEventListener("pointerup", (event) => {
    const box = start && between(start, at(event));
    start = null;
    if (box && box[2] >= 1 && box[3] >= 1) write([...boxes(), box]);
    else draw();
  });
  canvas.addEventListener("pointercancel", () => {
    start = null;
    draw();
  });
});
