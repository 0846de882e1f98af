/** A filter with many choices; the browser's own list, which works with every keyboard, reader and phone. */
import styles from './table.module.css';

export interface SelectFilterProps {
  label: string;
  /** The text of no filter. */
  all: string;
  options: readonly { value: string; text: string }[];
  value: string | undefined;
  onChange: (value: string) => void;
}

export function SelectFilter({ label, all, options, value = '', onChange }: SelectFilterProps) {
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <select
      className={styles.select}
      aria-label={label}
      value={value}
      data-set={value !== '' || undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
      {!known && <option value={value}>{value}</option>}
    </select>
  );
}
