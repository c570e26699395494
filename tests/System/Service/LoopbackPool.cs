using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit;

namespace MinerFlow.SystemTests.Service;

/// <summary>A pool and a miner of it, speaking Stratum v1 over sockets on loopback.</summary>
internal sealed class LoopbackPool : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TcpClient _miner = new();
    private TcpClient _pool = null!;

    public static async Task<LoopbackPool> StartAsync()
    {
        var pool = new LoopbackPool();
        pool._listener.Start();
        await pool._miner.ConnectAsync((IPEndPoint)pool._listener.LocalEndpoint, TestContext.Current.CancellationToken);
        pool._pool = await pool._listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await pool.SayAsync(pool._miner, pool._pool, """{"id":1,"method":"mining.subscribe","params":["cgminer/4.11.1"]}""");
        await pool.SayAsync(pool._pool, pool._miner, """{"id":1,"result":[[["mining.notify","aa"]],"deadbeef",4],"error":null}""");
        await pool.SayAsync(pool._miner, pool._pool, """{"id":2,"method":"mining.authorize","params":["acct.rig","x"]}""");
        await pool.SayAsync(pool._pool, pool._miner, """{"id":2,"result":true,"error":null}""");
        await pool.SayAsync(pool._pool, pool._miner, """{"id":null,"method":"mining.set_difficulty","params":[8192]}""");
        await pool.SayAsync(pool._pool, pool._miner, $$"""{"id":null,"method":"mining.notify","params":["job1","{{new string('a', 64)}}","01","02",[],"20000000","1702069c","65a00000",true]}""");
        return pool;
    }

    /// <summary>Hands in shares one by one; the pool takes each.</summary>
    public async Task MineAsync(int shares)
    {
        for (var id = 3; id < 3 + shares; id++)
        {
            await SayAsync(_miner, _pool, $$"""{"id":{{id}},"method":"mining.submit","params":["acct.rig","job1","{{id:x8}}","65a00000","{{id:x8}}"]}""");
            await SayAsync(_pool, _miner, $$"""{"id":{{id}},"result":true,"error":null}""");
        }
    }

    public ValueTask DisposeAsync()
    {
        _miner.Dispose();
        _pool.Dispose();
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One line, read to its end before anything else is said.</summary>
    private async Task SayAsync(TcpClient from, TcpClient to, string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line + "\n");
        await from.GetStream().WriteAsync(bytes, TestContext.Current.CancellationToken);
        await to.GetStream().ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
    }
}
