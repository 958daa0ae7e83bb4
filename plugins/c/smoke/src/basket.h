#pragma once

struct basket {
  int items[8];
  int count;
};

void basket_add(struct basket *basket, int item);
int basket_remove(struct basket *basket);
char *basket_label(const char *name);
