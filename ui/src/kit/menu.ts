import type { Component } from "svelte";

export interface MenuItem {
  label: string;
  act: () => void;
  icon?: Component;
  danger?: boolean;
  disabled?: boolean;
  /** The keys that do the same from anywhere. */
  caps?: readonly string[];
  testid?: string;
}

interface MenuChoices {
  label: string;
  value: string;
  choose: (value: string) => void;
  choices: readonly { value: string; label: string; testid?: string }[];
}

export type MenuEntry = MenuItem | MenuChoices | "line";
