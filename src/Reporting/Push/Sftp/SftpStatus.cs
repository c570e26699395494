namespace MinerFlow.Reporting.Push.Sftp;

/// <summary>What a server answers to a request (SSH_FXP_STATUS: draft-ietf-secsh-filexfer-02 section 7; from 10 on draft 13 section 9.1).</summary>
internal enum SftpStatus
{
    Ok = 0,
    NoSuchFile = 2,
    PermissionDenied = 3,
    Failure = 4,
    Unsupported = 8,
    NoSuchPath = 10,
    FileExists = 11,
    WriteProtected = 12,
    NoSpace = 14,
    QuotaExceeded = 15,
}

/// <summary>What an answer means to who sends.</summary>
internal static class SftpStatusMeaning
{
    /// <summary>FAILURE is all that OpenSSH says of a full disk, so another attempt may succeed; a missing folder or right waits for a person.</summary>
    public static DeliveryOutcomeKind NextStep(this SftpStatus status) => status switch
    {
        SftpStatus.NoSuchFile or SftpStatus.NoSuchPath or SftpStatus.PermissionDenied or SftpStatus.WriteProtected or SftpStatus.Unsupported => DeliveryOutcomeKind.Refused,
        _ => DeliveryOutcomeKind.TryLater,
    };

    public static string Describe(this SftpStatus status) => status switch
    {
        SftpStatus.NoSuchFile or SftpStatus.NoSuchPath => "there is no such folder; 'folder' is the one that the recipient has made for us.",
        SftpStatus.PermissionDenied or SftpStatus.WriteProtected => "the server does not permit it; the recipient gives our user the right to write there.",
        SftpStatus.Failure => "the server answers FAILURE, as it does when its disk is full.",
        SftpStatus.NoSpace => "the disk there is full.",
        SftpStatus.QuotaExceeded => "the quota there is used up.",
        SftpStatus.Unsupported => "the server does not know the request.",
        _ => $"the server answers with status {(int)status}.",
    };
}
