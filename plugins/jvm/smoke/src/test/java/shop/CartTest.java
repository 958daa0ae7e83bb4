package shop;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import org.junit.Ignore;
import org.junit.Test;

public class CartTest {
    @Test
    public void adds() {
        Cart cart = new Cart();
        cart.add(2);
        cart.add(3);
        assertEquals(5, cart.total());
    }

    @Test
    public void discounts() {
        Cart cart = new Cart();
        cart.add(10000);
        assertEquals(9000, cart.total());
    }

    @Test
    public void breaks() {
        throw new IllegalStateException("no stock");
    }

    @Test
    @Ignore("later")
    public void waits() {
        assertTrue(new Cart().isFree("free"));
    }
}
