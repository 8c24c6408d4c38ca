// What a feature offers the frame: its pages, and what a peek of its objects shows.
import type { ComponentType, LazyExoticComponent } from 'react';

export type Page = LazyExoticComponent<ComponentType<object>>;
export type Route = { path: string; page: Page }; // Below /ui, in wouter's patterns: /runs/:id
export type PeekView = LazyExoticComponent<ComponentType<{ id: string }>>;
export type Feature = { routes: Route[]; peeks?: Record<string, PeekView> };
