package shop;

import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** What somebody is about to buy. */
public class Cart {
    private final List prices = new ArrayList<Integer>();

    public void add(int price) {
        prices.add(price);
    }

    public int total() {
        int sum = 0;
        for (Object price : prices) {
            sum += (Integer) price;
        }
        return sum > 9000 ? sum - sum / 20 : sum;
    }

    public boolean isFree(String code) {
        String unused = "never read";
        return code == "free";
    }
}
