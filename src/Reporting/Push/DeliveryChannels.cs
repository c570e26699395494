using MinerFlow.Reporting.Push.Folder;
using MinerFlow.Reporting.Push.Https;
using MinerFlow.Reporting.Push.Mail;
using MinerFlow.Reporting.Push.Sftp;

namespace MinerFlow.Reporting.Push;

/// <summary>The ways there are, by the name that a destination's file gives.</summary>
internal static class DeliveryChannels
{
    /// <summary>Each makes a channel of its settings; null, with problems, when these are wrong.</summary>
    public static readonly IReadOnlyDictionary<string, Func<ChannelSettings, IDeliveryChannel?>> ByName = new SortedDictionary<string, Func<ChannelSettings, IDeliveryChannel?>>(StringComparer.Ordinal)
    {
        ["folder"] = FolderChannel.Create,
        ["https"] = HttpsChannel.Create,
        ["mail"] = MailChannel.Create,
        ["sftp"] = SftpChannel.Create,
    };
}
