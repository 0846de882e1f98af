/** The frame's few icons; drawn here, so that no icon package is loaded for six shapes. */
import type { ReactNode } from 'react';

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const SunIcon = () => (
  <Icon>
    <circle cx="8" cy="8" r="2.8" />
    <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
  </Icon>
);
export const MoonIcon = () => (
  <Icon>
    <path d="M13.5 9.7A5.8 5.8 0 0 1 6.3 2.5a5.8 5.8 0 1 0 7.2 7.2z" />
  </Icon>
);
export const CampaignsIcon = () => (
  <Icon>
    <circle cx="3.5" cy="4" r="1.8" />
    <circle cx="12.5" cy="4" r="1.8" />
    <circle cx="12.5" cy="12" r="1.8" />
    <path d="M5.3 4h5.4M5 5.2l6 5.6" />
  </Icon>
);
export const LaunchesIcon = () => (
  <Icon>
    <path d="M2.5 3.5h7M2.5 8h5M2.5 12.5h7M11 5.5 13.5 8 11 10.5" />
  </Icon>
);
export const DatasetsIcon = () => (
  <Icon>
    <ellipse cx="8" cy="3.8" rx="5" ry="2" />
    <path d="M3 3.8v8.4c0 1.1 2.2 2 5 2s5-.9 5-2V3.8M3 8c0 1.1 2.2 2 5 2s5-.9 5-2" />
  </Icon>
);
export const ChevronIcon = () => (
  <Icon>
    <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />
  </Icon>
);
