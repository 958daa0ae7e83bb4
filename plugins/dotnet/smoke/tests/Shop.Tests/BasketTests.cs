using Xunit;

namespace Shop.Tests;

public class BasketTests
{
    [Fact]
    public void Adds() => Assert.Equal(2, new Basket().Add(2));

    [Fact]
    public void Removes()
    {
        var basket = new Basket();
        basket.Add(2);
        Assert.Equal(1, basket.Remove(1));
    }

    [Fact(Skip = "later")]
    public void Later() { }
}
