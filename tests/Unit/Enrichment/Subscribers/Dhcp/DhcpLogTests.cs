using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Dhcp;
using MinerFlow.Enrichment.Subscribers.Intervals;
using Xunit;

namespace MinerFlow.Unit.Enrichment.Subscribers.Dhcp;

/// <summary>Lease files as their servers write them, with invented clients.</summary>
public sealed class DhcpLogTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<Problem> _problems = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TheHistoryOfAnIscLeaseIsInItsEarlierDeclarations()
    {
        var (found, names) = Load("""
            # The format of this file is documented in the dhcpd.leases(5) manual page.
            authoring-byte-order little-endian;

            lease 192.0.2.4 {
              starts 0 2022/04/03 09:00:00;
              ends 0 2022/04/03 10:00:00;
              cltt 0 2022/04/03 09:00:00;
              binding state active;
              next binding state free;
              hardware ethernet 00:16:3e:ef:a9:c1;
              uid "\001\000\026>\357\251\301";
              option agent.circuit-id "yc-olt-007 eth 0/3:12";
              option agent.remote-id 0:16:3e:1;
              client-hostname "someone's {phone}";
            }
            lease 192.0.2.4 {
              starts 0 2022/04/03 09:00:00;
              ends 0 2022/04/03 10:30:00;
              cltt 0 2022/04/03 09:30:00;
              binding state active;
              hardware ethernet 00:16:3e:ef:a9:c1;
              option agent.circuit-id "yc-olt-007 eth 0/3:12";
            }
            lease 192.0.2.4 {
              starts 0 2022/04/03 09:00:00;
              ends 0 2022/04/03 09:45:00;
              cltt 0 2022/04/03 09:30:00;
              binding state released;
              hardware ethernet 00:16:3e:ef:a9:c1;
            }
            lease 192.0.2.4 {
              starts epoch 1648980000; # Sun Apr  3 10:00:00 2022
              ends never;
              cltt epoch 1648980000;
              binding state active;
              hardware ethernet 00:16:3e:00:00:02;
            }
            lease 192.0.2.5 {
              binding state free;
            }
            """);

        Assert.Empty(_problems);
        Assert.Equal(
            [("2022-04-03T09:00:00Z", "2022-04-03T09:45:00Z", IntervalMarks.None), ("2022-04-03T10:00:00Z", "", IntervalMarks.None)],
            found.Select(Shape));
        Assert.Equal(["yc-olt-007 eth 0/3:12 00163e01", "00:16:3e:00:00:02"], found.Select(interval => names.NameOf(interval.AccessPort)));
        Assert.All(found, interval => Assert.Equal(IntervalKind.Lease, interval.Kind));
    }

    [Fact]
    public void IscAssociationsHoldAddressesAndPrefixes()
    {
        var (found, _) = Load("""
            ia-na "\001\000\000\000\000\001\000\001\052\053" {
              cltt 0 2022/04/03 09:00:00;
              iaaddr 2001:db8::10 {
                binding state active;
                preferred-life 3600;
                max-life 7200;
                ends 0 2022/04/03 11:00:00;
              }
            }
            ia-pd "\001\000\000\000\000\001\000\001\052\053" {
              cltt 0 2022/04/03 09:00:00;
              iaprefix 2001:db8:100::/56 {
                binding state active;
                ends 0 2022/04/03 11:00:00;
              }
            }
            """);

        Assert.Empty(_problems);
        Assert.Equal(["2001:db8::10", "2001:db8:100::-2001:db8:100:ff:ffff:ffff:ffff:ffff"], found.Select(interval => interval.Range.ToString()).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public void AnotherClientEndsALeaseThatHadNotRunOut()
    {
        var (found, _) = Load("""
            lease 192.0.2.4 {
              starts 0 2022/04/03 09:00:00;
              ends 0 2022/04/04 09:00:00;
              binding state active;
              hardware ethernet 00:16:3e:00:00:01;
            }
            lease 192.0.2.4 {
              starts 0 2022/04/03 12:00:00;
              ends 0 2022/04/04 12:00:00;
              binding state active;
              hardware ethernet 00:16:3e:00:00:02;
            }
            """);

        Assert.Equal(("2022-04-03T09:00:00Z", "2022-04-03T12:00:00Z", IntervalMarks.EndIsEstimated), Shape(found[0]));
    }

    [Fact]
    public void KeasRowsBecomeIntervals()
    {
        var (found, names) = Load("""
            address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
            192.0.2.10,00:16:3e:00:00:01,,3600,1648980000,5,0,0,one.example.com,0,{ "ISC": { "relay-agent-info": { "sub-options": "0x0105686F776479" } } },0
            192.0.2.10,00:16:3e:00:00:01,,3600,1648981800,5,0,0,one.example.com,0,{ "ISC": { "relay-agent-info": { "sub-options": "0x0105686F776479" } } },0
            192.0.2.11,00:16:3e:00:00:02,,3600,1648983600,5,0,0,a&#x2cb,0,,0
            192.0.2.10,00:16:3e:00:00:01,,0,1648978200,5,0,0,one.example.com,0,,0
            192.0.2.11,00:16:3e:00:00:02,,3600,1648983600,5,0,0,,2,,0
            192.0.2.12,00:16:3e:00:00:03,,4294967295,5943943695,5,0,0,,0,,0
            192.0.2.13,,,3600,1648983600,5,0,0,,1,,0
            """);

        Assert.Empty(_problems);
        var byAddress = found.OrderBy(interval => interval.Range.First).ToList();
        Assert.Equal(
            [
                // Removed at a time the row does not give: not before the row above it.
                ("2022-04-03T09:00:00Z", "2022-04-03T10:00:00Z", IntervalMarks.EndIsEstimated),
                ("2022-04-03T10:00:00Z", "2022-04-03T11:00:00Z", IntervalMarks.None),
                ("2022-04-03T09:00:00Z", "", IntervalMarks.None),
            ],
            byAddress.Select(Shape));
        Assert.Equal(["howdy", "00:16:3e:00:00:02", "00:16:3e:00:00:03"], byAddress.Select(interval => names.NameOf(interval.AccessPort)));
        Assert.All(found, interval => Assert.Equal("5", names.NameOf(interval.Realm)));
    }

    [Fact]
    public void KeasRowsOfIPv6HoldPrefixes()
    {
        var (found, _) = Load("""
            address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state
            2001:db8::10,00:01:02,3600,1648980000,50,1800,0,60,128,0,0,,,0
            2001:db8:200:40::,00:01:02,3600,1648980000,50,1800,2,60,60,0,0,,,0
            """);

        Assert.Empty(_problems);
        Assert.Contains(found, interval => interval.Range.ToString() == "2001:db8:200:40::-2001:db8:200:4f:ffff:ffff:ffff:ffff");
    }

    [Fact]
    public void KeasForensicLogHasHistoryAndAccessPort()
    {
        var (found, names) = Load("""
            2022-04-03 17:00:00 CST Address: 192.0.2.100 has been assigned for 1 hrs 0 mins 0 secs to a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:e2:ff:09:92:54 connected via relay at address: 192.0.2.1, identified by circuit-id: 68:6f:77:64:79 (howdy) and remote-id: 87:f6:79:77:ef
            2022-04-03 17:30:00 CST Address: 192.0.2.100 has been renewed for 1 hrs 0 min 0 secs to a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:e2:ff:09:92:54 connected via relay at address: 192.0.2.1, identified by circuit-id: 68:6f:77:64:79 (howdy) and remote-id: 87:f6:79:77:ef
            2022-04-03 17:40:00 CST Address: 192.0.2.100 has been released from a device with hardware address: hwtype=1 08:00:2b:02:3f:4e, client-id: 17:34:e2:ff:09:92:54
            2022-04-03 09:41:00 UTC Prefix: 2001:db8:0:100::/64 has been assigned for 0 hrs 11 mins 53 secs to a device with DUID: 17:34:e2:ff:09:92:54 and hardware address: hwtype=1 08:00:2b:02:3f:4e (from Raw Socket)
            """);

        Assert.Empty(_problems);
        Assert.Equal(
            // Where the log ends, the second had not run out.
            [("2022-04-03T09:00:00Z", "2022-04-03T09:40:00Z", IntervalMarks.None), ("2022-04-03T09:41:00Z", "2022-04-03T09:52:53Z", IntervalMarks.EndIsEstimated)],
            found.Select(Shape));
        Assert.Equal("howdy 87f67977ef", names.NameOf(found[0].AccessPort));
    }

    [Fact]
    public void MalformedRecordsAreNamedWithoutWhatStandsInThem()
    {
        var (found, _) = Load("""
            lease 192.0.2.400 {
              starts 0 2022/04/03 09:00:00;
              hardware ethernet 00:16:3e:00:00:01;
            }
            lease 192.0.2.4 {
              starts 0 2022/04/31 09:00:00;
              hardware ethernet 00:16:3e:00:00:01;
            }
            lease 192.0.2.4 {
              starts 0 2022/04/03 09:00:00;
              ends 0 2022/04/03 10:00:00;
              hardware ethernet 00:16:3e:00:00:01;
            }
            lease 192.0.2.6 {
              client-hostname "secret-name";
            """);

        Assert.Single(found);
        Assert.Equal([1, 5, 14], _problems.Select(problem => problem.Line));
        Assert.DoesNotContain(_problems, problem => problem.Message.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("import os\nprint(1)\n", true)]
    [InlineData("", false)]
    [InlineData("# The format of this file is documented in the dhcpd.leases(5) manual page.\n\nauthoring-byte-order little-endian;\n", false)]
    [InlineData("address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n", false)]
    public void AFileOfAnotherKindIsNotTakenForASilentLog(string text, bool isTold)
    {
        Assert.Empty(Load(text).Found);
        Assert.Equal(isTold, _problems.Exists(problem => problem.Message.Contains("it is no log of DHCP that is known here", StringComparison.Ordinal)));
        Assert.Equal(isTold ? 1 : 0, _problems.Count);
    }

    private (List<AddressInterval> Found, IAddressIntervals Names) Load(string text)
    {
        var list = new IntervalList();
        DhcpLog.Load([_folder.Write("leases", text)], list, _problems);
        var index = (IntervalIndex)list.ToIndex();
        return ([.. index.Intervals.OrderBy(interval => interval.From.UnixNanoseconds)], index);
    }

    private static (string From, string To, IntervalMarks Marks) Shape(AddressInterval interval) =>
        (Text(interval.From), interval.To == AddressInterval.Open ? "" : Text(interval.To), interval.Marks);

    private static string Text(PacketTime time) => time.ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ssZ");
}
