using Cdp.Storage.Kafka.Log;

namespace Cdp.Collection.Tests.Log;

public sealed class RecentRowsTests
{
    private readonly RecentRows _rows = new(2, maxBytes: 50);

    [Fact]
    public void Add_MoreThanIsKept_ForgetsTheOldestOfAll()
    {
        foreach (var (partition, first) in new[] { (0, 0), (1, 0), (0, 10), (1, 10), (0, 20), (1, 20) })
            _rows.Add(partition, Row(first));

        Assert.Null(_rows.Find(0, 9));
        Assert.Equal(0, _rows.Find(1, 5)?.First);
        Assert.Equal(10, _rows.Find(0, 10)?.First);
        Assert.Equal(20, _rows.Find(0, 29)?.First);
        Assert.Null(_rows.Find(0, 30));
    }

    [Fact]
    public void Replace_KeptRow_IsReadInItsPlace()
    {
        _rows.Add(0, Row(0));
        _rows.Add(0, Row(10));

        _rows.Replace(0, new StoredRow(10, 10, 0, [7]));
        _rows.Replace(1, new StoredRow(10, 10, 0, [7]));

        Assert.Equal([7], _rows.Find(0, 15)?.Records);
        Assert.Null(_rows.Find(1, 15));
    }

    [Fact]
    public void Clear_ThenAdd_KeepsOnlyTheNew()
    {
        _rows.Add(0, Row(0));
        _rows.Clear();
        for (var i = 0; i < 6; i++)
            _rows.Add(1, Row(i * 10));

        Assert.Null(_rows.Find(0, 0));
        Assert.Null(_rows.Find(1, 5));
        Assert.Equal(10, _rows.Find(1, 10)?.First);
    }

    private static StoredRow Row(long first) => new(first, 10, 0, new byte[10]);
}
