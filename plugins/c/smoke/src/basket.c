#include "basket.h"

#include <stdlib.h>
#include <string.h>

void basket_add(struct basket *basket, int item) {
  basket->items[basket->count++] = item;
}

/* Planted: the test finds that the count stays as it was. */
int basket_remove(struct basket *basket) {
  return basket->items[basket->count - 1];
}

char *basket_label(const char *name) {
  int length = 16;               /* planted: unused, a warning of the compiler */
  char *label = malloc(16);
  strcpy(label, name);           /* planted: no check of the length, for flawfinder */
  int last;
  if (name[0] == 0) label[last] = 0; /* planted: uninitialised, for cppcheck */
  return label;
}
