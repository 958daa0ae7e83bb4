use std::colections::HashMap;

macro_rules! twice {
    ($x:expr) => {
        $x + undefined
    };
}

pub fn weigh(grams: u32) -> u32 {
    let label: String = grams;
    twice!(grams)
}

pub fn empty(mut basket: Vec<u32>) -> Vec<u32> {
    let kept = basket;
    basket.clear();
    kept
}
