/** The one confirm dialog: shows the consequence, asks for a reason where needed, keeps an error in view. */
import { Button, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { ProblemPanel } from '../states/problem-panel.tsx';
import styles from './actions.module.css';

export interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What follows from it, before the act. */
  consequence: ReactNode;
  /** The button's text: the effect, never "OK". */
  confirm: string;
  needsReason?: boolean;
  /** There is nothing to confirm, or it is not known yet what. */
  disabled?: boolean;
  /** Does it; the dialog stays open with the error when it throws. */
  onConfirm: (reason: string) => Promise<void>;
  /** Further choices. */
  children?: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={props.title}>
      <Question {...props} />
    </Modal>
  );
}

function Question({
  onClose,
  consequence,
  confirm,
  needsReason = false,
  disabled = false,
  onConfirm,
  children,
}: ConfirmDialogProps) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await onConfirm(reason.trim());
    } catch (problem) {
      setError(problem);
    }
    setBusy(false);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void submit(event)}>
      <div>{consequence}</div>
      {children}
      {needsReason && (
        <Textarea
          label="Reason"
          description="It is kept in the history with your name."
          required
          autosize={false}
          rows={3}
          maxLength={2000}
          data-autofocus
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
      {error !== null && <ProblemPanel error={error} />}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Back</Button>
        <Button
          type="submit"
          variant="filled"
          loading={busy}
          disabled={disabled || (needsReason && reason.trim() === '')}
        >
          {confirm}
        </Button>
      </div>
    </form>
  );
}
