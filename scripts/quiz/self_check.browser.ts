/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Makes the questions of a page a self-check: the button appears, and says of
 * each chosen answer whether it is right, and why. All texts are in the page.
 */
for (const form of document.querySelectorAll<HTMLFormElement>(
  "form.quiz-question",
)) {
  const inputs = [...form.querySelectorAll("input")];
  const reasons = [...form.querySelectorAll<HTMLElement>(".quiz-key li")];
  const button = form.querySelector("button");
  const feedback = form.querySelector<HTMLElement>(".quiz-feedback");
  const key = form.querySelector<HTMLElement>(".quiz-key");
  if (!button || !feedback || !key) continue;
  button.hidden = false;
  // The answers come out when somebody has tried.
  key.hidden = true;

  const verdict = (chosen: readonly number[]): string => {
    const choose = Number(form.dataset.choose);
    const right = chosen.filter((n) => reasons[n]?.dataset.right === "true");
    if (chosen.length === 0) return "Choose an answer first.";
    if (right.length === choose && chosen.length === choose) return "Right.";
    if (choose === 1) return "Not yet. Try once more.";
    return `Not yet: of the ${choose} right answers you have ${right.length}, and ${chosen.length - right.length} that are wrong.`;
  };

  const clear = () => {
    feedback.replaceChildren();
    for (const input of inputs) delete input.parentElement?.dataset.verdict;
  };

  form.addEventListener("change", clear);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clear();
    const chosen = inputs.flatMap((input, n) => (input.checked ? [n] : []));
    const sentence = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = verdict(chosen);
    sentence.append(strong);
    const list = document.createElement("ul");
    for (const n of chosen) {
      const reason = reasons[n];
      const label = inputs[n]?.parentElement;
      if (!reason || !label) continue;
      label.dataset.verdict =
        reason.dataset.right === "true" ? "right" : "wrong";
      list.append(reason.cloneNode(true));
    }
    feedback.append(sentence);
    if (chosen.length > 0) {
      feedback.append(list);
      key.hidden = false;
    }
  });
}
