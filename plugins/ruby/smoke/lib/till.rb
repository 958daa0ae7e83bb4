# frozen_string_literal: true

class Till
  def initialize
    @prices = []
  end

  def add(price)
    doubled = price * 2
    @prices << price
    return self
  end

  def total
    @prices.sum
  end
end
