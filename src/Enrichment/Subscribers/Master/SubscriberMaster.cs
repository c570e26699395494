using MinerFlow.Abstractions;
using MinerFlow.Enrichment.Subscribers.Lines;

namespace MinerFlow.Enrichment.Subscribers.Master;

/// <summary>The customer system's table: which account belongs to whom, where it is installed, and at which physical port its line ends.</summary>
public sealed class SubscriberMaster
{
    /// <summary>Columns of the table; only the first is required. Names with a bar between them mean the same.</summary>
    public static readonly IReadOnlyList<string> Columns =
        ["账号|account", "用户名称|name", "统一社会信用代码", "单位性质", "省", "市", "县", "装机地址", "联系人姓名", "联系人电话", "专线号", "接入端口|access_port", "实名状态"];

    private readonly Dictionary<string, Subscriber> _byAccount;
    private readonly Dictionary<string, string?> _byPort;

    private SubscriberMaster(Dictionary<string, Subscriber> byAccount)
    {
        _byAccount = byAccount;
        _byPort = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (account, subscriber) in byAccount)
        {
            if (subscriber.AccessPort is { } port)
            {
                // Two accounts at one port: the port names neither.
                _byPort[port] = _byPort.ContainsKey(port) ? null : account;
            }
        }
    }

    public int Count => _byAccount.Count;

    /// <summary>Whether a file is a master table, by its first line; a register of static lines is none.</summary>
    public static bool IsMaster(string header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var names = header.TrimStart('\uFEFF').Split(',');
        return Array.Exists(names, name => name.Trim().Trim('"') is "账号" or "account");
    }

    /// <summary>
    /// Reads the table. Every row that cannot be used is named in <paramref name="problems"/> with line and column. An account that two rows give to different
    /// holders has none.
    /// </summary>
    public static SubscriberMaster Load(string path, ICollection<Problem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var subscribers = new Dictionary<string, Subscriber>(StringComparer.Ordinal);
        var contradicted = new HashSet<string>(StringComparer.Ordinal);
        if (CsvFile.Read(path, [Columns[0]], problems) is { } file)
        {
            foreach (var row in file.Rows)
            {
                var account = file.Get(row, "账号", "account");
                if (account.Length == 0)
                {
                    file.Report(row, file.Has("账号") ? "账号" : "account", "is empty; the account as the RADIUS log has it is needed.");
                    continue;
                }

                var subscriber = Read(file, row);
                if (!subscribers.TryAdd(account, subscriber) && subscribers[account] != subscriber)
                {
                    file.Report(row, file.Has("账号") ? "账号" : "account", "is there twice with different holders; it is given to neither until one row is corrected.");
                    contradicted.Add(account);
                }
            }
        }

        foreach (var account in contradicted)
        {
            subscribers.Remove(account);
        }

        return new SubscriberMaster(subscribers);
    }

    /// <summary>Several tables as one; the first that knows an account speaks for it.</summary>
    public static SubscriberMaster Join(IEnumerable<SubscriberMaster> masters) =>
        new(masters.SelectMany(master => master._byAccount).DistinctBy(pair => pair.Key).ToDictionary(StringComparer.Ordinal));

    public Subscriber? Find(string account) => _byAccount.GetValueOrDefault(account);

    /// <summary>The one account whose line ends at the port; null when there is none or more than one.</summary>
    public string? AccountAt(string accessPort) => _byPort.GetValueOrDefault(accessPort);

    private static Subscriber Read(CsvFile file, CsvRow row)
    {
        var name = file.Get(row, "用户名称", "name");
        var kind = Optional(file.Get(row, "单位性质"));
        var code = Optional(file.Get(row, "统一社会信用代码"));
        return new Subscriber(name, NaturalPerson.Is(kind, code, name))
        {
            CreditCode = NaturalPerson.IsIdentityNumber(code) ? null : code,
            Kind = kind,
            InstallationAddress = Optional(file.Get(row, "装机地址")),
            Province = Optional(file.Get(row, "省")),
            City = Optional(file.Get(row, "市")),
            County = Optional(file.Get(row, "县")),
            LineNumber = Optional(file.Get(row, "专线号")),
            AccessPort = Optional(file.Get(row, "接入端口", "access_port")),
            ContactName = Optional(file.Get(row, "联系人姓名")),
            ContactPhone = Optional(file.Get(row, "联系人电话")),
            RealNameState = Optional(file.Get(row, "实名状态")),
        };
    }

    private static string? Optional(string text) => text.Length > 0 ? text : null;
}
