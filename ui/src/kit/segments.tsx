// One of a few: native radio buttons, drawn as a row of segments.
import { useId } from 'react';
import './segments.css';

export function Segments<Value extends string>({
  label,
  value,
  onChange,
  data,
}: {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  data: readonly { value: Value; label: string }[];
}) {
  const name = useId();
  return (
    <fieldset className="segments">
      <legend className="sr-only">{label}</legend>
      {data.map((one) => (
        <label key={one.value} className={one.value === value ? 'segment is-chosen' : 'segment'}>
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={one.value === value}
            onChange={() => onChange(one.value)}
          />
          {one.label}
        </label>
      ))}
    </fieldset>
  );
}
