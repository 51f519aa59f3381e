interface ChoiceProps<T extends string> {
  readonly name: string;
  readonly value: T;
  /** What can be chosen, and what each is called. */
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}

/** One of several, under its name. */
export function Choice<T extends string>({ name, value, options, onChange }: ChoiceProps<T>) {
  const choose = (text: string): void => {
    const chosen = options.find(([each]) => each === text);
    if (chosen) onChange(chosen[0]);
  };
  return (
    <label className="stacked">
      {name}
      <select value={value} onChange={({ target }) => choose(target.value)}>
        {options.map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
