namespace MinerFlow.Reporting.Texts;

/// <content>What detectors saw, in Chinese by their English words. Names from the wire without words around them are the same in both.</content>
internal sealed partial record ReportTexts
{
    private static Dictionary<string, string> ChineseReasons() => new()
    {
        ["JSON lines with errors in answer to an HTTP request, as a Stratum server gives"] = "以带错误的 JSON 行应答 HTTP 请求,Stratum 服务器如此",
        ["Stratum V2 frame"] = "Stratum V2 帧",
        ["WebSocket messages are compressed and not read"] = "WebSocket 消息经过压缩,未能读取",
        ["a block template"] = "区块模板",
        ["an HTTP error in answer to the request for work"] = "对取任务请求以 HTTP 错误应答",
        ["answers to shares whose submission is not in the capture"] = "对份额的应答,提交本身不在抓包中",
        ["answers whose questions are not in the capture: shares and stated rates get the same, so that none is counted as a share"] =
            "应答所对应的请求不在抓包中:份额与自报算力的应答相同,故均不计为份额",
        ["coin named by the job's height and time"] = "币种由任务的高度与时间得出",
        ["error of a Stratum server"] = "Stratum 服务器的错误",
        ["header fields of a server of work (X-Long-Polling, X-Stratum, X-Roll-NTime)"] = "任务服务器的头字段(X-Long-Polling、X-Stratum、X-Roll-NTime)",
        ["job with blob and target"] = "含 blob 与目标值的任务",
        ["only the miner's side is in the capture: shares are those submitted, an upper bound"] = "抓包中只有矿工一方:份额为已提交数,是上限",
        ["pool answered the subscription"] = "矿池应答订阅",
        ["pool refused a share"] = "矿池拒绝份额",
        ["pool refused"] = "矿池拒绝",
        ["pool sends the miner to another server (client.reconnect)"] = "矿池让矿工改连另一服务器(client.reconnect)",
        ["pool took a share"] = "矿池接受份额",
        ["the pool does not answer shares: all are counted as taken, an upper bound"] = "矿池不应答份额:全部计为接受,是上限",
        ["pool took the login"] = "矿池接受登录",
        ["submit with nonce and result"] = "含 nonce 与结果的 submit",
        ["tail without data of a connection between a miner and a pool that spoke elsewhere in this capture"] =
            "连接的无数据尾段,两端是本抓包中别处通信过的矿工与矿池",
        ["the server refuses to give a template"] = "服务器拒绝给出模板",
        ["the server refuses to give work"] = "服务器拒绝给出任务",
    };
}
