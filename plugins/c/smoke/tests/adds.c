#include "basket.h"

#include <assert.h>

int main(void) {
  struct basket basket = {0};
  basket_add(&basket, 7);
  assert(basket.count == 1);
  return 0;
}
