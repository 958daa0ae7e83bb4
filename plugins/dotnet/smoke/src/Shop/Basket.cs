namespace Shop;

public class Basket
{
    private int total;

    public int Add(int count)
    {
        int never = 1;
        total += count;
        return total;
    }

  public int Remove(int count) => total;
}
