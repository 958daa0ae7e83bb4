# frozen_string_literal: true

require 'minitest/autorun'
require_relative '../lib/till'

class TillTest < Minitest::Test
  def test_empty
    assert_equal 0, Till.new.total
  end

  def test_change
    Till.new.change(3)
  end

  def test_cards
    skip 'nobody has any'
  end
end
