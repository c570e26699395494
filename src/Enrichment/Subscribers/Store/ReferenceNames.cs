namespace MinerFlow.Enrichment.Subscribers.Store;

/// <summary>The names of a page's first row, which the names of all its rows are written as differences to; where they lie in the page.</summary>
internal sealed class ReferenceNames
{
    private Range _realm;
    private Range _account;
    private Range _accessPort;

    /// <summary>Writes the names at that place; returns where the rows begin.</summary>
    public int Write(byte[] page, int at, in IntervalRow row)
    {
        _realm = Write(page, ref at, row.Realm.Span);
        _account = Write(page, ref at, row.Account.Span);
        _accessPort = Write(page, ref at, row.AccessPort.Span);
        return at;
    }

    /// <summary>False when the lengths are not those of names.</summary>
    public bool TryRead(byte[] page, int at, out int rows)
    {
        var isWhole = TryRead(page, ref at, out _realm) && TryRead(page, ref at, out _account) && TryRead(page, ref at, out _accessPort);
        rows = at;
        return isWhole;
    }

    public RowFrame ToFrame(byte[] page, long baseTime, long told) =>
        new() { BaseTime = baseTime, Told = told, Realm = page.AsSpan(_realm), Account = page.AsSpan(_account), AccessPort = page.AsSpan(_accessPort) };

    private static Range Write(byte[] page, ref int at, ReadOnlySpan<byte> name)
    {
        page[at++] = (byte)name.Length;
        name.CopyTo(page.AsSpan(at));
        at += name.Length;
        return (at - name.Length)..at;
    }

    private static bool TryRead(byte[] page, ref int at, out Range name)
    {
        int length = page[at++];
        name = at..(at + length);
        at += length;
        return length <= IntervalRow.LongestName;
    }
}
