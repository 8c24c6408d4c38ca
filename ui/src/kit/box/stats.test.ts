import { expect, it } from 'vitest';
import { boxOf, categoriesOf, quantile } from './stats';

// Miles per gallon by cylinders: Henderson and Velleman, "Building multiple regression models interactively",
// Biometrics 37 (1981); R's `mtcars`. Quartiles as R's `tapply(mtcars$mpg, mtcars$cyl, quantile)` prints them.
const cars = {
  4: [22.8, 24.4, 22.8, 32.4, 30.4, 33.9, 21.5, 27.3, 26, 30.4, 21.4],
  6: [21, 21, 21.4, 18.1, 19.2, 17.8, 19.7],
  8: [18.7, 14.3, 16.4, 17.3, 15.2, 10.4, 10.4, 14.7, 15.5, 15.2, 13.3, 19.2, 15.8, 15],
};

it('has the quartiles that R has of its cars', () => {
  expect(boxOf(cars[4])).toMatchObject({ n: 11, min: 21.4, q1: 22.8, median: 26, q3: 30.4, max: 33.9 });
  const six = boxOf(cars[6]);
  expect([six?.q1, six?.median, six?.q3].map((value) => value?.toFixed(2))).toEqual(['18.65', '19.70', '21.00']);
  const eight = boxOf(cars[8]);
  expect([eight?.q1, eight?.median, eight?.q3].map((value) => value?.toFixed(2))).toEqual(['14.40', '15.20', '16.25']);
});

it('has whiskers that end at values, and what is outside', () => {
  // 1.5 times 1.85 below 14.4 is 11.625, above 16.25 it is 19.025.
  expect(boxOf(cars[8])).toMatchObject({ low: 13.3, high: 18.7, outside: 3 });
  expect(boxOf(cars[4])).toMatchObject({ low: 21.4, high: 33.9, outside: 0 });
  expect(boxOf([1, 1, 1, 1, 9])).toMatchObject({ low: 1, high: 1, outside: 1 });
  expect(boxOf([3])).toEqual({ n: 1, min: 3, q1: 3, median: 3, q3: 3, max: 3, low: 3, high: 3, outside: 0 });
  expect(boxOf([NaN, Infinity])).toBeNull();
});

it('interpolates as numpy does', () => {
  // numpy.quantile([1, 2, 4, 8], [0, .1, .25, .9, 1])
  const values = [1, 2, 4, 8];
  const found = [0, 0.1, 0.25, 0.9, 1].map((p) => quantile(values, p));
  [1, 1.3, 1.75, 6.8, 8].forEach((wanted, at) => expect(found[at]).toBeCloseTo(wanted, 12));
});

it('orders categories and leaves the rarest out', () => {
  expect(categoriesOf(['10', '9', null, 'adam', '9', '1e-3'], 9)).toEqual({
    shown: [
      { name: '1e-3', lines: [5] },
      { name: '9', lines: [1, 4] },
      { name: '10', lines: [0] },
      { name: 'adam', lines: [3] },
    ],
    left: { categories: 0, lines: 0 },
  });
  expect(categoriesOf([2, 1, 2, 3, 3, 4], 2)).toEqual({
    shown: [
      { name: '2', lines: [0, 2] },
      { name: '3', lines: [3, 4] },
    ],
    left: { categories: 2, lines: 2 },
  });
});
