/** The text filter above a table; `/` focuses it, Escape leaves it. The URL follows a moment after the typing. */
import { Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useKeys } from '../frame/keys.ts';

export interface FilterFieldProps {
  value: string;
  onChange: (value: string) => void;
  label: string;
}

export function FilterField({ value, onChange, label }: FilterFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onChange, 200);
  useKeys({ '/': () => field.current?.focus() });
  useEffect(() => {
    // Back and forward change the URL under the field.
    if (document.activeElement !== field.current) setText(value);
  }, [value]);
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={label}
      placeholder={label}
      value={text}
      w={240}
      rightSection={<Kbd size="xs">/</Kbd>}
      onChange={(event) => {
        setText(event.currentTarget.value);
        later(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
    />
  );
}
