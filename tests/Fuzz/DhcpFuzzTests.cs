using System.Text;
using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Intervals;
using Xunit;

namespace MinerFlow.Fuzz;

/// <summary>Damaged lease files and logs: problems with their line, never an exception, and no interval that runs backwards.</summary>
public sealed class DhcpFuzzTests
{
    private static readonly string[] Files =
    [
        """
        lease 192.0.2.4 {
          starts 0 2022/04/03 09:00:00;
          ends 0 2022/04/03 10:00:00;
          cltt epoch 1648976400;
          binding state active;
          hardware ethernet 00:16:3e:ef:a9:c1;
          uid "\001\000\026>\357\251\301";
          option agent.circuit-id "eth 0/3";
        }
        ia-pd "\001\000\000\000\000\001\000\001\052\053" {
          cltt 0 2022/04/03 09:00:00;
          iaprefix 2001:db8:100::/56 {
            binding state active;
            ends never;
          }
        }
        """,
        """
        address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
        192.0.2.10,00:16:3e:00:00:01,,3600,1648980000,5,0,0,one,0,{ "ISC": { "relay-agent-info": { "sub-options": "0x0105686F776479" } } },0
        192.0.2.10,00:16:3e:00:00:01,,0,1648980000,5,0,0,one,0,,0
        """,
        """
        address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state
        2001:db8:200:40::,00:01:02,3600,1648980000,50,1800,2,60,60,0,0,,,0
        """,
        """
        2022-04-03 17:00:00 CST Address: 192.0.2.100 has been assigned for 1 hrs 0 mins 0 secs to a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, identified by circuit-id: 68:6f:77:64:79 (howdy) and remote-id: 87:f6
        2022-04-03 17:40:00 CST Address: 192.0.2.100 has been released from a device with hardware address: hwtype=1 08:00:2b:02:3f:4e
        """,
    ];

    [Fact]
    public void DamagedLogsGiveProblems() => FuzzRun.Rounds(random =>
    {
        var path = Path.Combine(Path.GetTempPath(), $"minerflow-fuzz-dhcp-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}");
        File.WriteAllBytes(path, Mutation.Of(Encoding.UTF8.GetBytes(Files[random.Below(Files.Length)]), random));
        var problems = new List<Problem>();
        var list = new IntervalList();
        try
        {
            DhcpLog.Load([path], list, problems);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.All(problems, problem => Assert.NotEmpty(problem.Message));
        Assert.All(((IntervalIndex)list.ToIndex()).Intervals, interval => Assert.True(interval.From <= interval.To));
    });
}
