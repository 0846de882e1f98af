/**
 * Mantine's theme. The content security policy allows no style elements, so Mantine must inject none: its CSS
 * variables come from its style sheet and from tokens.css, the scroll lock of dialogs from base.css, and parts that
 * write style elements (Flex, Grid, SimpleGrid, AppShell, responsive style props) are not used.
 */
import {
  Button,
  createTheme,
  type MantineColorsTuple,
  Menu,
  Modal,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

const INK: MantineColorsTuple = [
  '#f4f5f7',
  '#e6e9ee',
  '#dde1e7',
  '#b9c0ca',
  '#8b95a3',
  '#56606d',
  '#323c4a',
  '#1b222c',
  '#141a22',
  '#0c1016',
];

export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink: INK },
  defaultRadius: 6,
  components: {
    Button: Button.extend({
      defaultProps: { size: 'xs', variant: 'default' },
      // Mantine writes white on filled buttons; in dark colours ours are light.
      vars: (_, { variant }) => ({
        root: variant === 'filled' ? { '--button-color': 'var(--mantine-primary-color-contrast)' } : {},
      }),
    }),
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        size: 560,
        transitionProps: { duration: 80 },
        overlayProps: { opacity: 0.45 },
      },
    }),
    Menu: Menu.extend({ defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 250, withArrow: true, multiline: true, maw: 360 } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Textarea: Textarea.extend({ defaultProps: { size: 'xs' } }),
  },
});
