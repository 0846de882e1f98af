/** The one link component: an ordinary anchor (open in a new tab works) that the router follows without a reload. */
import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** From the builder in url.ts. */
  to: string;
  /** Stays where the page is scrolled to: for what changes only a part of it. */
  keepScroll?: boolean;
  children: ReactNode;
}

export function Link({ to, keepScroll = false, children, onClick, ...rest }: LinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || modified(event) || rest.target === '_blank') return;
    event.preventDefault();
    void router.navigate({ href: to, resetScroll: !keepScroll });
  };
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}

function modified(event: MouseEvent): boolean {
  return event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}
